#!/usr/bin/env python3
"""A line controller that knows the SNMS protocol from its sheet alone, and no node of ours.

integrator.py BASE PREFIX USER PASSWORD

Logs in by the digest of the day, makes a template, registers boxes one by one and in batches, changes and deletes them.
Only the address and the credentials tell one server from another.
"""
import datetime
import hashlib
import json
import sys
import urllib.parse
import urllib.request

BASE, PREFIX, USER, PASSWORD = sys.argv[1:5]
VERSION = 'LINE-7'
CHINA = datetime.timezone(datetime.timedelta(hours=8))


class Line:
    def __init__(self):
        self.token = None

    def call(self, method, path, body=None, query=None):
        url = BASE + path + ('?' + urllib.parse.urlencode(query) if query else '')
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data=data, method=method)
        request.add_header('Content-Type', 'application/json')
        if self.token:
            request.add_header('Authorization', 'Bearer ' + self.token)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def log_in(self, password=PASSWORD):
        inner = hashlib.sha256(password.encode()).hexdigest()
        day = datetime.datetime.now(CHINA).strftime('%Y-%m-%d')
        outer = hashlib.sha256((inner + day).encode('ascii')).hexdigest()
        answer = self.call('POST', '/identity/token/v1', {'username': USER, 'password': outer})
        if answer['status'] == 1:
            self.token = answer['data']['token']
        return answer


def item(name, id_type, index, required, least, most):
    return {'name': name, 'idType': id_type, 'idIndex': index, 'required': required,
            'metadata': {'type': 'string', 'minLength': least, 'maxLength': most}}


def template(items):
    return {'prefix': PREFIX, 'version': VERSION, 'industryCategory': 'C', 'industrySpecific': '15',
            'industryTrade': '151', 'industrySubclass': '1512', 'type': 2, 'description': '产线七', 'items': items}


def box(number, code, **more):
    values = [(2000, 'boxCode', code)] + [(i, t, v) for t, (i, v) in more.items()]
    return {'handle': f'{PREFIX}/LINE7-{number}', 'templateVersion': VERSION,
            'value': [{'auth': '', 'index': i, 'type': t, 'data': {'format': 'string', 'value': v}} for i, t, v in values]}


def expect(what, answer, status=1, message='success', data=None):
    assert (answer['status'], answer['message']) == (status, message), (what, answer)
    assert data is None or answer['data'] == data, (what, answer)
    print('ok', what)


line = Line()
expect('wrong password', line.log_in('wrong'), -2, '用户名/密码错误！')
answer = line.call('GET', '/identityv2/data/detail', query={'handle': PREFIX + '/x'})
assert answer['status'] == -1, answer
expect('log in', line.log_in())

boxes = [item('箱码', 'boxCode', '2000', True, 1, 64), item('规格', 'spec', 2001, False, 0, 255)]
expect('create template', line.call('POST', '/snms/api/v5/template', template(boxes)), data=True)
answer = line.call('GET', '/snms/api/v5/template', query={'prefix': PREFIX, 'version': VERSION})
expect('read template', answer)
assert [i['idIndex'] for i in answer['data']['items']] == [2000, 2001], answer
expect('grow template', line.call('PUT', '/snms/api/v5/template', template([item('批次', 'lot', 2002, False, 0, 32)])), data=True)

expect('register', line.call('POST', '/identityv2/data', box(1, 'B-1', spec=(2001, '6 x 500 ml'))), data=True)
expect('register again', line.call('POST', '/identityv2/data', box(1, 'B-1')), -2, '标识已存在')
answer = line.call('GET', '/identityv2/data/detail', query={'handle': PREFIX + '/LINE7-1'})
expect('resolve', answer)
assert answer['data']['templateVersion'] == VERSION, answer
assert {v['index']: v['data']['value'] for v in answer['data']['value']}[2001] == '6 x 500 ml', answer
expect('update', line.call('PUT', '/identityv2/data', box(1, 'B-1', lot=(2002, 'L9'))), data=True)
expect('reserved index', line.call('POST', '/identityv2/data', {**box(9, 'B-9'), 'value': [
    {'auth': '', 'index': 1000, 'type': 'TEMPLATE_ID', 'data': {'format': 'string', 'value': 'x'}}]}),
    -2, '非法操作，索引1000在模板中不存在')

answer = line.call('POST', '/identityv2/data/batchCreate', [box(n, f'B-{n}') for n in (2, 1, 3, 3)])
expect('create many', answer)
assert [i['msg'] for i in answer['data']] == ['success', '标识已存在', 'success', '标识已存在'], answer
answer = line.call('PUT', '/identityv2/data/batchUpdate', [box(2, 'B-2b'), box(8, 'B-8')])
expect('update many', answer)
assert [i['msg'] for i in answer['data']] == ['success', '标识不存在'], answer
answer = line.call('DELETE', '/identityv2/data/batchDelete', [f'{PREFIX}/LINE7-2', f'{PREFIX}/NONE'])
expect('delete many', answer, data=[{'handle': f'{PREFIX}/LINE7-2', 'code': 1, 'msg': 'success'},
                                    {'handle': f'{PREFIX}/NONE', 'code': -2, 'msg': '标识不存在'}])
expect('delete', line.call('DELETE', '/identityv2/data', {'handle': f'{PREFIX}/LINE7-3'}), data=True)
expect('delete again', line.call('DELETE', '/identityv2/data', {'handle': f'{PREFIX}/LINE7-3'}), -2, '没有找到标识')
expect('no handle', line.call('GET', '/identityv2/data/detail'), -2, '缺少必要的请求参数: handle')
answer = line.call('POST', '/identityv2/data', box(1, 'x') | {'handle': '88.999.1/x'})
assert answer['status'] == -3, answer
expect('delete template', line.call('DELETE', '/snms/api/v5/template', {'prefix': PREFIX, 'version': VERSION}), data=True)
print('done')
